// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "Components/ActorComponent.h"

class USceneComponent : public UActorComponent {
public:
    virtual bool DoesSocketExist(FName) const;
    virtual FVector GetSocketLocation(FName) const;
    void SetupAttachment(USceneComponent*, FName = NAME_None);
};
