// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "Components/SceneComponent.h"

class USkeletalMeshComponent : public USceneComponent {};
