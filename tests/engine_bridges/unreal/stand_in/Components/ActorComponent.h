// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "Engine/EngineTypes.h"

class AActor;

class UActorComponent : public UObject {
public:
    FActorComponentTickFunction PrimaryComponentTick;
    bool bAutoActivate;
    AActor* GetOwner() const;
    virtual void BeginPlay();
    virtual void EndPlay(const EEndPlayReason::Type);
    virtual void TickComponent(float, ELevelTick, FActorComponentTickFunction*);
    virtual void AddTickPrerequisiteComponent(UActorComponent*);
    void RegisterComponent();
    virtual void DestroyComponent(bool = false);
};
