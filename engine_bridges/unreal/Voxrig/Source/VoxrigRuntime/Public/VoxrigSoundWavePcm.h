#pragma once

#include "CoreMinimal.h"

class USoundWave;

namespace Voxrig
{
	/** 16 bit PCM, little-endian, as floats of full scale 1. */
	VOXRIGRUNTIME_API void FromPcm16(const TArray<uint8>& Bytes, TArray<float>& OutSamples);

	/** The samples of an imported wave, interleaved. False outside of the editor and where the wave has none. */
	VOXRIGRUNTIME_API bool ReadSoundWave(const USoundWave* Sound, TArray<float>& OutSamples, int32& OutNumChannels, int32& OutSampleRate);
}
