// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "CoreMinimal.h"

struct FFileHelper {
    static bool LoadFileToArray(TArray<uint8>&, const TCHAR*, uint32 = 0);
};
