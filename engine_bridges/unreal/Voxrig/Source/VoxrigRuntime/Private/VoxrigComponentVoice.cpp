#include "VoxrigComponent.h"

#include "Components/AudioComponent.h"
#include "Engine/World.h"
#include "GameFramework/Actor.h"
#include "Misc/FileHelper.h"
#include "Sound/SoundAttenuation.h"
#include "Sound/SoundWave.h"

#include "VoxrigLog.h"
#include "VoxrigPerformer.h"
#include "VoxrigSoundWavePcm.h"
#include "VoxrigSpeechClip.h"
#include "VoxrigVoiceWave.h"

void UVoxrigComponent::StartVoice()
{
	const UWorld* World = GetWorld();
	if (!bPlaySound || World == nullptr || World->GetAudioDeviceRaw() == nullptr)
	{
		return; // PlaySilently is the clock
	}
	VoiceWave = NewObject<UVoxrigVoiceWave>(this);
	VoiceWave->SetPerformer(Performer);
	Voice = NewObject<UAudioComponent>(GetOwner());
	Voice->bAutoActivate = false;
	Voice->bAutoDestroy = false;
	Voice->bAllowSpatialization = Attenuation != nullptr;
	Voice->AttenuationSettings = Attenuation;
	Voice->SetSound(VoiceWave);
	USceneComponent* Head = FindHead();
	if (Head != nullptr)
	{
		Voice->SetupAttachment(Head, HeadSocket);
	}
	else if (USceneComponent* Root = GetOwner()->GetRootComponent())
	{
		Voice->SetupAttachment(Root);
	}
	Voice->RegisterComponent();
	Voice->Play();
}

void UVoxrigComponent::StopVoice()
{
	if (Voice != nullptr)
	{
		Voice->Stop();
		Voice->DestroyComponent();
		Voice = nullptr;
	}
	VoiceWave = nullptr; // it keeps the performer for as long as the audio thread has it
}

void UVoxrigComponent::PlaySilently(float DeltaTime)
{
	float Block[480];
	int32 Left = FMath::RoundToInt32(FMath::Min(DeltaTime, 1.0f) * static_cast<float>(Performer->GetSampleRate()));
	while (Left > 0)
	{
		const int32 Count = FMath::Min(Left, 480);
		Performer->GetCharacter().speaker().play(Block, static_cast<std::size_t>(Count));
		Left -= Count;
	}
}

bool UVoxrigComponent::PushAudioFromAnyThread(const float* Samples, int32 NumFrames, int32 NumChannels, int32 SampleRate)
{
	if (!Performer.IsValid() || NumFrames < 0 || NumChannels < 1 || SampleRate < 1)
	{
		return false;
	}
	return Performer->GetCharacter().speaker().queue().push(Samples, static_cast<std::size_t>(NumFrames),
		static_cast<std::uint32_t>(NumChannels), static_cast<std::uint32_t>(SampleRate));
}

bool UVoxrigComponent::PushAudio(const TArray<float>& Samples, int32 SampleRate, int32 NumChannels)
{
	return NumChannels > 0 && PushAudioFromAnyThread(Samples.GetData(), Samples.Num() / NumChannels, NumChannels, SampleRate);
}

bool UVoxrigComponent::PushAudioBytes(const TArray<uint8>& Pcm16, int32 SampleRate, int32 NumChannels)
{
	TArray<float> Samples;
	Voxrig::FromPcm16(Pcm16, Samples);
	return PushAudio(Samples, SampleRate, NumChannels);
}

void UVoxrigComponent::EndUtterance()
{
	if (Performer.IsValid())
	{
		Performer->GetCharacter().speaker().queue().end();
	}
}

bool UVoxrigComponent::PlaySoundWave(USoundWave* Sound)
{
	TArray<float> Samples;
	int32 SampleRate = 0;
	int32 NumChannels = 0;
	if (!Voxrig::ReadSoundWave(Sound, Samples, NumChannels, SampleRate) || !PushAudio(Samples, SampleRate, NumChannels))
	{
		UE_LOG(LogVoxrig, Warning, TEXT("PlaySoundWave: %s cannot be read here, or no session was asked for. In a packaged ")
			TEXT("game, and for waves that were made and not imported, use PlaySpeech, PlayWavFile or PushAudio."), *GetNameSafe(Sound));
		return false;
	}
	EndUtterance();
	return true;
}

bool UVoxrigComponent::PlaySpeech(UVoxrigSpeechClip* Clip)
{
	if (Clip == nullptr)
	{
		return false;
	}
	TArray<float> Samples;
	Clip->GetSamples(Samples);
	if (!PushAudio(Samples, Clip->GetSampleRate(), 1))
	{
		return false;
	}
	EndUtterance();
	return true;
}

bool UVoxrigComponent::PlayWavFile(const FString& FilePath)
{
	TArray<uint8> Bytes;
	if (!FFileHelper::LoadFileToArray(Bytes, *FilePath))
	{
		UE_LOG(LogVoxrig, Warning, TEXT("PlayWavFile: %s cannot be read"), *FilePath);
		return false;
	}
	voxrig::plugin::Sound Sound;
	if (const char* Wrong = voxrig::plugin::WavReader::read(Bytes.GetData(), static_cast<std::size_t>(Bytes.Num()), Sound))
	{
		UE_LOG(LogVoxrig, Warning, TEXT("PlayWavFile: %s: %s"), *FilePath, *Voxrig::ToString(Wrong));
		return false;
	}
	const int32 NumChannels = static_cast<int32>(Sound.channels);
	const int32 NumFrames = static_cast<int32>(Sound.samples.size()) / NumChannels;
	if (!PushAudioFromAnyThread(Sound.samples.data(), NumFrames, NumChannels, static_cast<int32>(Sound.rate)))
	{
		return false;
	}
	EndUtterance();
	return true;
}

void UVoxrigComponent::Interrupt()
{
	if (Performer.IsValid())
	{
		Performer->GetCharacter().speaker().interrupt();
	}
}

bool UVoxrigComponent::IsSpeaking() const
{
	return Performer.IsValid() && Performer->GetCharacter().speaker().is_speaking();
}
