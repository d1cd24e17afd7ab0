// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "CoreMinimal.h"

namespace EFileDialogFlags { enum Type { None, Multiple }; }

class IDesktopPlatform {
public:
    virtual bool OpenFileDialog(const void*, const FString&, const FString&, const FString&, const FString&, uint32, TArray<FString>&) = 0;
};
