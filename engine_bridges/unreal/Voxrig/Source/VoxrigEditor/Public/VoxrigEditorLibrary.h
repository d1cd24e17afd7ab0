#pragma once

#include "CoreMinimal.h"
#include "Kismet/BlueprintFunctionLibrary.h"

#include "VoxrigEditorLibrary.generated.h"

class USoundWave;
class UVoxrigSpeechClip;

/** For editor scripts, in Blueprint and in Python (unreal.VoxrigEditorLibrary). */
UCLASS()
class VOXRIGEDITOR_API UVoxrigEditorLibrary : public UBlueprintFunctionLibrary
{
	GENERATED_BODY()

public:
	/** A speech clip of an imported wave, as "/Game/Speech/Greeting"; none, with a line in the log, where that cannot be. */
	UFUNCTION(BlueprintCallable, Category = "Voxrig|Editor")
	static UVoxrigSpeechClip* MakeSpeechClip(USoundWave* Sound, const FString& AssetPath);
};
