// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "Components/SceneComponent.h"

class USoundAttenuation;
class USoundBase;

class UAudioComponent : public USceneComponent {
public:
    bool bAutoDestroy;
    bool bAllowSpatialization;
    TObjectPtr<USoundAttenuation> AttenuationSettings;
    void SetSound(USoundBase*);
    virtual void Play(float = 0.0f);
    virtual void Stop();
};
