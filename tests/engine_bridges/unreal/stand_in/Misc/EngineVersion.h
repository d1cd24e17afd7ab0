// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "CoreMinimal.h"

enum class EVersionComponent { Major, Minor, Patch };
class FEngineVersion {
public:
    static const FEngineVersion& Current();
    FString ToString(EVersionComponent) const;
};
