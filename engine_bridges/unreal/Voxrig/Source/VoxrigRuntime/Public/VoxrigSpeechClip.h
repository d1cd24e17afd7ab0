#pragma once

#include "CoreMinimal.h"
#include "Engine/DataAsset.h"

#include "VoxrigSpeechClip.generated.h"

/** A line of speech that can be read in a packaged game, where sound waves are compressed. Made from a sound wave. */
UCLASS(BlueprintType)
class VOXRIGRUNTIME_API UVoxrigSpeechClip : public UDataAsset
{
	GENERATED_BODY()

public:
	/** Takes `InSamples` of `InNumChannels`, interleaved, full scale 1, as the mean of the channels. */
	void SetSamples(const TArray<float>& InSamples, int32 InNumChannels, int32 InSampleRate);

	/** The samples, full scale 1, one channel. */
	void GetSamples(TArray<float>& OutSamples) const;

	UFUNCTION(BlueprintPure, Category = "Voxrig")
	int32 GetSampleRate() const { return SampleRate; }

	UFUNCTION(BlueprintPure, Category = "Voxrig")
	float GetDuration() const;

private:
	/** Hz. */
	UPROPERTY(VisibleAnywhere, Category = "Voxrig")
	int32 SampleRate = 0;

	UPROPERTY()
	TArray<int16> Samples;
};
