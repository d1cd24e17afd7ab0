#pragma once

#include "CoreMinimal.h"
#include "Engine/DeveloperSettings.h"
#include "VoxrigTypes.h"

#include "VoxrigSettings.generated.h"

/** Project Settings > Plugins > Voxrig. */
UCLASS(Config = Game, DefaultConfig, meta = (DisplayName = "Voxrig"))
class VOXRIGRUNTIME_API UVoxrigSettings : public UDeveloperSettings
{
	GENERATED_BODY()

public:
	UVoxrigSettings();

	//~ Begin UDeveloperSettings interface
	virtual FName GetCategoryName() const override;
	//~ End UDeveloperSettings interface

	/** The machine that `voxrig serve` runs on. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Server")
	FString Host = TEXT("127.0.0.1");

	/** Of the engine link, which is the gRPC port + 1. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Server", meta = (ClampMin = "1", ClampMax = "65535"))
	int32 Port = 52001;

	/** For servers that ask for one (`voxrig token`); it goes over the net as it is, so use it on one that you trust, or through a TLS proxy. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Server", meta = (PasswordField = "true"))
	FString Token;

	/** Seconds for which a connection that is lost is tried again while characters go on waiting; then they begin anew. 0: at once. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Server", meta = (ClampMin = "0.0", ClampMax = "300.0"))
	float ResumeSeconds = 20.0f;

	/** Components open their session when play begins, unless they say otherwise. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Sessions")
	bool bOpenAtBeginPlay = true;

	/** The rig of components that say nothing else. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Sessions")
	EVoxrigRig Rig = EVoxrigRig::MetaHuman;

	/** Frames a second that the server makes; pictures between them are interpolated. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Sessions", meta = (ClampMin = "1", ClampMax = "240"))
	int32 FrameRate = 60;

	/** Hz of the voice, to the loudspeaker and to the server; other sounds are resampled. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Audio", meta = (ClampMin = "8000", ClampMax = "192000"))
	int32 SampleRate = 48000;

	/** Seconds that speech is heard later than it could be, so that no frame is late when the game stutters. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Audio", meta = (ClampMin = "0.0", ClampMax = "0.5"))
	float LatencyMargin = 0.06f;

	/** Seconds from the audio thread to the ear: raise it where the lips are ahead of the voice. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Audio", meta = (ClampMin = "0.0", ClampMax = "1.0"))
	float OutputLatency = 0.04f;

	/** A Live Link source is made by itself as soon as a component has something to publish. */
	UPROPERTY(Config, EditAnywhere, BlueprintReadOnly, Category = "Live Link")
	bool bMakeLiveLinkSource = true;
};
