// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "UObject/Object.h"

enum class EVirtualizationMode : uint8 { Disabled, PlayWhenSilent, Restart };
enum ESoundGroup : int { SOUNDGROUP_Default, SOUNDGROUP_Voice };
#define INDEFINITELY_LOOPING_DURATION 10000.0f

class USoundBase : public UObject {
public:
    EVirtualizationMode VirtualizationMode;
    float Duration;
};

class USoundWave : public USoundBase {
public:
    USoundWave(const FObjectInitializer&);
    ESoundGroup SoundGroup;
    int32 NumChannels;
    uint8 bLooping : 1;
    void SetSampleRate(uint32, bool = false);
    bool GetImportedSoundWaveData(TArray<uint8>&, uint32&, uint16&) const;
};
