// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "UObject/Object.h"

enum ELevelTick : int { LEVELTICK_All };
enum ETickingGroup : int { TG_PrePhysics };
namespace EEndPlayReason { enum Type : int { Destroyed }; }
struct FActorComponentTickFunction {
    bool bCanEverTick;
    ETickingGroup TickGroup;
};
