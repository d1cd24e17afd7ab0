// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "CoreMinimal.h"

using FTickerDelegate = TDelegateStandIn<bool, float>;

class FTSTicker {
public:
    struct FDelegateHandle {};
    static FTSTicker& GetCoreTicker();
    FDelegateHandle AddTicker(const FTickerDelegate&, float = 0.0f);
    static void RemoveTicker(FDelegateHandle);
};
