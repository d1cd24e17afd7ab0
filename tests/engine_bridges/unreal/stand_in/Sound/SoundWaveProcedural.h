// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "Sound/SoundWave.h"

class USoundWaveProcedural : public USoundWave {
public:
    USoundWaveProcedural(const FObjectInitializer&);
    virtual int32 OnGeneratePCMAudio(TArray<uint8>&, int32);

protected:
    int32 NumSamplesToGeneratePerCallback;
};
