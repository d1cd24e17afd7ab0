#include "VoxrigVoiceWave.h"

#include "VoxrigPerformer.h"

namespace
{
	/** Few: so often the clock is told, and so soon an interruption is heard. No fewer than the engine's 512. */
	constexpr int32 SamplesAtOnce = 1024;
}

UVoxrigVoiceWave::UVoxrigVoiceWave(const FObjectInitializer& ObjectInitializer)
	: Super(ObjectInitializer)
{
	NumChannels = 1;
	Duration = INDEFINITELY_LOOPING_DURATION;
	SoundGroup = SOUNDGROUP_Voice;
	bLooping = false;
	// A character that is out of earshot goes on speaking, else its face would stop.
	VirtualizationMode = EVirtualizationMode::PlayWhenSilent;
	NumSamplesToGeneratePerCallback = SamplesAtOnce;
}

void UVoxrigVoiceWave::SetPerformer(const TSharedPtr<FVoxrigPerformer, ESPMode::ThreadSafe>& InPerformer)
{
	Performer = InPerformer;
	SetSampleRate(static_cast<uint32>(InPerformer->GetSampleRate()));
	Block.SetNumZeroed(SamplesAtOnce);
}

int32 UVoxrigVoiceWave::OnGeneratePCMAudio(TArray<uint8>& OutAudio, int32 NumSamples)
{
	OutAudio.SetNumUninitialized(NumSamples * static_cast<int32>(sizeof(int16)));
	int16* Out = reinterpret_cast<int16*>(OutAudio.GetData());
	for (int32 Done = 0; Done < NumSamples;)
	{
		const int32 Count = FMath::Min(NumSamples - Done, Block.Num());
		Performer->GetCharacter().speaker().play(Block.GetData(), static_cast<std::size_t>(Count));
		for (int32 Index = 0; Index < Count; ++Index)
		{
			Out[Done + Index] = static_cast<int16>(FMath::Clamp(Block[Index] * 32767.0f, -32768.0f, 32767.0f));
		}
		Done += Count;
	}
	return NumSamples;
}
