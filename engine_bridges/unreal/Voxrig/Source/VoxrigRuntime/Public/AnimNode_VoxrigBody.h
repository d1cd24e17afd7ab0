#pragma once

#include "Animation/AnimNodeBase.h"
#include "CoreMinimal.h"

#include "AnimNode_VoxrigBody.generated.h"

class FVoxrigBodyFit;
class UVoxrigComponent;
struct FBoneContainer;

/**
 * Puts the body of a character's session on its mesh, over the pose that comes in: on bones with Unreal's names (a MetaHuman's,
 * the mannequins'), whatever their reference pose. The mesh must look along +Y in component space, as Unreal's do.
 */
USTRUCT(BlueprintInternalUseOnly)
struct VOXRIGRUNTIME_API FAnimNode_VoxrigBody : public FAnimNode_Base
{
	GENERATED_BODY()

	/** The pose below, which shows where a weight is below 1. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Links")
	FPoseLink BasePose;

	/** How much of the body is Voxrig's. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig", meta = (PinShownByDefault, ClampMin = "0", ClampMax = "1"))
	float Alpha = 1.0f;

	/** Pelvis, spine and neck. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig", meta = (PinHiddenByDefault, ClampMin = "0", ClampMax = "1"))
	float Torso = 1.0f;

	/** Collarbones, arms and hands. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig", meta = (PinHiddenByDefault, ClampMin = "0", ClampMax = "1"))
	float Arms = 1.0f;

	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig", meta = (PinHiddenByDefault, ClampMin = "0", ClampMax = "1"))
	float Fingers = 1.0f;

	/** 0 for who walks. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig", meta = (PinHiddenByDefault, ClampMin = "0", ClampMax = "1"))
	float Legs = 1.0f;

	/** Bones that are left to the pose below altogether, such as a hand that holds something. */
	UPROPERTY(EditAnywhere, BlueprintReadWrite, Category = "Voxrig")
	TArray<FName> LeftAlone;

	//~ Begin FAnimNode_Base interface
	virtual void Initialize_AnyThread(const FAnimationInitializeContext& Context) override;
	virtual void CacheBones_AnyThread(const FAnimationCacheBonesContext& Context) override;
	virtual void Update_AnyThread(const FAnimationUpdateContext& Context) override;
	virtual void Evaluate_AnyThread(FPoseContext& Output) override;
	virtual bool HasPreUpdate() const override { return true; }
	virtual void PreUpdate(const UAnimInstance* InAnimInstance) override;
	//~ End FAnimNode_Base interface

private:
	void MakeFit(const FBoneContainer& Bones);

	/** Found on the owner or on the actors that it is attached to. */
	TWeakObjectPtr<UVoxrigComponent> Component;

	/** Copied on the game thread: the session's bones, and their turns of this picture. */
	TArray<FName> Names;
	TArray<float> Turns;

	/** This node's own. */
	TSharedPtr<FVoxrigBodyFit> Fit;
	bool bFitIsStale = true;
};
