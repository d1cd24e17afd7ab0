// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "CoreMinimal.h"

struct FMeshPoseBoneIndex {
    explicit FMeshPoseBoneIndex(int32);
};

struct FCompactPoseBoneIndex {
    explicit FCompactPoseBoneIndex(int32);
    bool IsValid() const;
};

struct FBoneContainer {
    int32 GetPoseBoneIndexForBoneName(const FName&) const;
    FCompactPoseBoneIndex MakeCompactPoseIndex(const FMeshPoseBoneIndex&) const;
    FCompactPoseBoneIndex GetParentBoneIndex(const FCompactPoseBoneIndex&) const;
    const FTransform& GetRefPoseTransform(const FCompactPoseBoneIndex&) const;
};
