// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "CoreMinimal.h"

class IModularFeatures {
public:
    static IModularFeatures& Get();
    bool IsModularFeatureAvailable(const FName);
    template <typename T> T& GetModularFeature(const FName);
};
