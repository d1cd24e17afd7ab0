// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "Components/SceneComponent.h"

class AActor : public UObject {
public:
    FVector GetActorLocation() const;
    FRotator GetActorRotation() const;
    USceneComponent* GetRootComponent() const;
    AActor* GetParentActor() const;
    AActor* GetAttachParentActor() const;
    template <typename T> T* FindComponentByClass() const;
    template <typename T> void GetComponents(TArray<T*>&) const;
};
