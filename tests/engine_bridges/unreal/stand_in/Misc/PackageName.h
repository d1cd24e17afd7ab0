// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "CoreMinimal.h"

class FPackageName {
public:
    static bool IsValidLongPackageName(const FString&);
    static FString GetShortName(const FString&);
};
