// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "LiveLinkTypes.h"

struct FLiveLinkSkeletonStaticData : FLiveLinkBaseStaticData {
    void SetBoneNames(const TArray<FName>&);
    void SetBoneParents(const TArray<int32>&);
    static UScriptStruct* StaticStruct();
};
struct FLiveLinkAnimationFrameData : FLiveLinkBaseFrameData {
    TArray<FTransform> Transforms;
    static UScriptStruct* StaticStruct();
};
