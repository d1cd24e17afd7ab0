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
