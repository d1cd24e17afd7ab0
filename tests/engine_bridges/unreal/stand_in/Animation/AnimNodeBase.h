// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "BoneContainer.h"
#include "UObject/Object.h"

class UAnimInstance;
struct FAnimationInitializeContext {};
struct FAnimationCacheBonesContext {};
struct FAnimationUpdateContext {};

struct FCompactPose {
    FTransform& operator[](const FCompactPoseBoneIndex&);
    const FBoneContainer& GetBoneContainer() const;
};

struct FPoseContext {
    FCompactPose Pose;
};

struct FPoseLink {
    void Initialize(const FAnimationInitializeContext&);
    void CacheBones(const FAnimationCacheBonesContext&);
    void Update(const FAnimationUpdateContext&);
    void Evaluate(FPoseContext&);
};

struct FExposedValueHandler {
    void Execute(const FAnimationUpdateContext&) const;
};

struct FAnimNode_Base {
    virtual ~FAnimNode_Base();
    virtual void Initialize_AnyThread(const FAnimationInitializeContext&);
    virtual void CacheBones_AnyThread(const FAnimationCacheBonesContext&);
    virtual void Update_AnyThread(const FAnimationUpdateContext&);
    virtual void Evaluate_AnyThread(FPoseContext&);
    virtual bool HasPreUpdate() const;
    virtual void PreUpdate(const UAnimInstance*);
    FExposedValueHandler& GetEvaluateGraphExposedInputs();
};
