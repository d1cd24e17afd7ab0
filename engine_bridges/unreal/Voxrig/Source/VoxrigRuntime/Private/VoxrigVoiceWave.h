#pragma once

#include "CoreMinimal.h"
#include "Sound/SoundWaveProcedural.h"

#include "VoxrigVoiceWave.generated.h"

class FVoxrigPerformer;

/** The voice as the audio thread takes it. What it has taken is the clock that the face goes by. */
UCLASS(Transient, NotBlueprintable)
class UVoxrigVoiceWave : public USoundWaveProcedural
{
	GENERATED_BODY()

public:
	UVoxrigVoiceWave(const FObjectInitializer& ObjectInitializer);

	/** Before it is played. */
	void SetPerformer(const TSharedPtr<FVoxrigPerformer, ESPMode::ThreadSafe>& InPerformer);

	//~ Begin USoundWaveProcedural interface
	/** On the audio render thread. */
	virtual int32 OnGeneratePCMAudio(TArray<uint8>& OutAudio, int32 NumSamples) override;
	//~ End USoundWaveProcedural interface

private:
	TSharedPtr<FVoxrigPerformer, ESPMode::ThreadSafe> Performer;
	TArray<float> Block;
};
