#pragma once

#include "CoreMinimal.h"

#include "VoxrigTypes.generated.h"

/** What a session's frames are made of. */
UENUM(BlueprintType)
enum class EVoxrigRig : uint8
{
	/** 52 face shapes as of Live Link Face, and nine angles of head and eyes. */
	ARKit UMETA(DisplayName = "ARKit"),

	/** MetaHuman's 251 raw controls, CTRL_expressions_..., and turns of head and eyes. */
	MetaHuman UMETA(DisplayName = "MetaHuman"),
};

/** Whether a session has a body. */
UENUM(BlueprintType)
enum class EVoxrigBody : uint8
{
	/** As the server has it. */
	Server,

	/** None is sent. */
	Off,

	/** The parts that are chosen. */
	On,
};

/** With which hand something is done. */
UENUM(BlueprintType)
enum class EVoxrigHand : uint8
{
	/** As the character likes. */
	Any,
	Left,
	Right,
	Both,
};

/** The body that a session is opened with. */
USTRUCT(BlueprintType)
struct VOXRIGRUNTIME_API FVoxrigBodySettings
{
	GENERATED_BODY()

	/** On: frames carry the body's bones, which the node Voxrig Body puts on a mesh. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig")
	EVoxrigBody Body = EVoxrigBody::Server;

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig")
	bool bTorso = true;

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig")
	bool bArms = true;

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig")
	bool bFingers = true;

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig")
	bool bLegs = true;

	/** How much and how strongly it moves; 0 is usual, as of the next four. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig", meta = (ClampMin = "-1", ClampMax = "1"))
	float Energy = 0.0f;

	/** How far from the body its hands go. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig", meta = (ClampMin = "-1", ClampMax = "1"))
	float Space = 0.0f;

	/** How quickly it moves. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig", meta = (ClampMin = "-1", ClampMax = "1"))
	float Rate = 0.0f;

	/** How open its posture is. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig", meta = (ClampMin = "-1", ClampMax = "1"))
	float Openness = 0.0f;

	/** -1: left-handed, 1: right-handed. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig", meta = (ClampMin = "-1", ClampMax = "1"))
	float Handedness = 0.0f;

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig")
	bool bSitting = false;

	/** Exchanges left and right. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig")
	bool bMirror = false;
};

/** An emotion that is shown now. */
USTRUCT(BlueprintType)
struct VOXRIGRUNTIME_API FVoxrigEmotion
{
	GENERATED_BODY()

	/** joy, sadness, anger, fear, disgust, surprise, contempt from 0 to 1; valence, arousal, dominance from -1 to 1. */
	UPROPERTY(BlueprintReadOnly, Category = "Voxrig")
	TMap<FName, float> Values;
};

/** How it goes: to be shown or logged. */
USTRUCT(BlueprintType)
struct VOXRIGRUNTIME_API FVoxrigStatistics
{
	GENERATED_BODY()

	/** Frames that came from the server. */
	UPROPERTY(BlueprintReadOnly, Category = "Voxrig")
	int64 Frames = 0;

	/** Pictures that had no newer frame and showed the last one again. */
	UPROPERTY(BlueprintReadOnly, Category = "Voxrig")
	int64 Held = 0;

	/** Pictures without frames for so long that the face went to rest. */
	UPROPERTY(BlueprintReadOnly, Category = "Voxrig")
	int64 Rested = 0;

	/** Frames that came too late to be shown. */
	UPROPERTY(BlueprintReadOnly, Category = "Voxrig")
	int64 Late = 0;

	/** Times that the audio device found nothing to play. */
	UPROPERTY(BlueprintReadOnly, Category = "Voxrig")
	int64 Starved = 0;

	/** Messages that the server refused. */
	UPROPERTY(BlueprintReadOnly, Category = "Voxrig")
	int64 Refused = 0;

	/** Seconds from giving speech to hearing it. */
	UPROPERTY(BlueprintReadOnly, Category = "Voxrig")
	float LeadSeconds = 0.0f;

	/** Seconds of later audio that a frame needs. */
	UPROPERTY(BlueprintReadOnly, Category = "Voxrig")
	float LookAheadSeconds = 0.0f;

	/** Seconds to the server and back. */
	UPROPERTY(BlueprintReadOnly, Category = "Voxrig")
	float RoundTripSeconds = 0.0f;

	/** Seconds of voice heard. */
	UPROPERTY(BlueprintReadOnly, Category = "Voxrig")
	float HeardSeconds = 0.0f;
};
