// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "UObject/Object.h"

class UScriptStruct;

struct FLiveLinkSubjectKey {
    FLiveLinkSubjectKey(FGuid, FName);
};
struct FLiveLinkWorldTime {
    FLiveLinkWorldTime(double);
};
struct FLiveLinkBaseStaticData {
    TArray<FName> PropertyNames;
    static UScriptStruct* StaticStruct();
};
struct FLiveLinkBaseFrameData {
    FLiveLinkWorldTime WorldTime;
    TArray<float> PropertyValues;
    static UScriptStruct* StaticStruct();
};
class FLiveLinkStaticDataStruct {
public:
    explicit FLiveLinkStaticDataStruct(const UScriptStruct*);
    FLiveLinkStaticDataStruct(FLiveLinkStaticDataStruct&&);
    template <typename T> T* Cast();
};
class FLiveLinkFrameDataStruct {
public:
    explicit FLiveLinkFrameDataStruct(const UScriptStruct*);
    FLiveLinkFrameDataStruct(FLiveLinkFrameDataStruct&&);
    template <typename T> T* Cast();
};
