#include "VoxrigEditorLibrary.h"

#include "AssetRegistry/AssetRegistryModule.h"
#include "Misc/PackageName.h"
#include "Sound/SoundWave.h"
#include "UObject/Package.h"

#include "VoxrigEditorLog.h"
#include "VoxrigSoundWavePcm.h"
#include "VoxrigSpeechClip.h"

UVoxrigSpeechClip* UVoxrigEditorLibrary::MakeSpeechClip(USoundWave* Sound, const FString& AssetPath)
{
	TArray<float> Samples;
	int32 NumChannels = 0;
	int32 SampleRate = 0;
	if (!FPackageName::IsValidLongPackageName(AssetPath) || !Voxrig::ReadSoundWave(Sound, Samples, NumChannels, SampleRate))
	{
		UE_LOG(LogVoxrigEditor, Error, TEXT("MakeSpeechClip: give an imported sound wave, and a path as /Game/Speech/Greeting (%s)"), *AssetPath);
		return nullptr;
	}
	UPackage* Package = CreatePackage(*AssetPath);
	const FName Name(*FPackageName::GetShortName(AssetPath));
	UVoxrigSpeechClip* Clip = NewObject<UVoxrigSpeechClip>(Package, Name, RF_Public | RF_Standalone);
	Clip->SetSamples(Samples, NumChannels, SampleRate);
	FAssetRegistryModule::AssetCreated(Clip);
	Clip->MarkPackageDirty();
	return Clip;
}
