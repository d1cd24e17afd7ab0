#include "VoxrigSpeechClip.h"

void UVoxrigSpeechClip::SetSamples(const TArray<float>& InSamples, int32 InNumChannels, int32 InSampleRate)
{
	SampleRate = InSampleRate;
	Samples.SetNumUninitialized(InNumChannels > 0 ? InSamples.Num() / InNumChannels : 0);
	for (int32 Index = 0; Index < Samples.Num(); ++Index)
	{
		float Sum = 0.0f;
		for (int32 Channel = 0; Channel < InNumChannels; ++Channel)
		{
			Sum += InSamples[Index * InNumChannels + Channel];
		}
		const float Scaled = Sum / static_cast<float>(InNumChannels) * 32768.0f;
		Samples[Index] = static_cast<int16>(FMath::Clamp(FMath::RoundToInt32(Scaled), -32768, 32767));
	}
}

void UVoxrigSpeechClip::GetSamples(TArray<float>& OutSamples) const
{
	OutSamples.SetNumUninitialized(Samples.Num());
	for (int32 Index = 0; Index < Samples.Num(); ++Index)
	{
		OutSamples[Index] = static_cast<float>(Samples[Index]) / 32768.0f;
	}
}

float UVoxrigSpeechClip::GetDuration() const
{
	return SampleRate > 0 ? static_cast<float>(Samples.Num()) / static_cast<float>(SampleRate) : 0.0f;
}
