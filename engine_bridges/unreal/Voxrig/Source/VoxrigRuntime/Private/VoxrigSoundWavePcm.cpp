#include "VoxrigSoundWavePcm.h"

#include "Sound/SoundWave.h"

void Voxrig::FromPcm16(const TArray<uint8>& Bytes, TArray<float>& OutSamples)
{
	OutSamples.SetNumUninitialized(Bytes.Num() / 2);
	for (int32 Index = 0; Index < OutSamples.Num(); ++Index)
	{
		const uint16 Bits = static_cast<uint16>(Bytes[2 * Index] | Bytes[2 * Index + 1] << 8);
		OutSamples[Index] = static_cast<float>(static_cast<int16>(Bits)) / 32768.0f;
	}
}

bool Voxrig::ReadSoundWave(const USoundWave* Sound, TArray<float>& OutSamples, int32& OutNumChannels, int32& OutSampleRate)
{
#if WITH_EDITOR
	TArray<uint8> Bytes;
	uint32 SampleRate = 0;
	uint16 NumChannels = 0;
	if (Sound != nullptr && Sound->GetImportedSoundWaveData(Bytes, SampleRate, NumChannels) && NumChannels > 0)
	{
		FromPcm16(Bytes, OutSamples);
		OutNumChannels = NumChannels;
		OutSampleRate = static_cast<int32>(SampleRate);
		return OutSamples.Num() > 0;
	}
#endif
	return false;
}
