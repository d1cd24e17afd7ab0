#pragma once

#include "Animation/AnimInstance.h"
#include "CoreMinimal.h"

#include "VoxrigAnimInstance.generated.h"

class UVoxrigComponent;

/** Parent class for a face's Animation Blueprint without Live Link: its variables are up to date in every update. */
UCLASS(Transient, Blueprintable)
class VOXRIGRUNTIME_API UVoxrigAnimInstance : public UAnimInstance
{
	GENERATED_BODY()

public:
	//~ Begin UAnimInstance interface
	virtual void NativeUpdateAnimation(float DeltaSeconds) override;
	//~ End UAnimInstance interface

	/** For the pin Curve Map of a Modify Curve node. */
	UPROPERTY(BlueprintReadOnly, Transient, Category = "Voxrig")
	TMap<FName, float> VoxrigCurves;

	/** For Transform (Modify) Bone of the head: add to existing, component space. */
	UPROPERTY(BlueprintReadOnly, Transient, Category = "Voxrig")
	FRotator HeadRotation = FRotator::ZeroRotator;

	/** For the left eye's bone: add to existing, parent bone space of a mesh at rest. */
	UPROPERTY(BlueprintReadOnly, Transient, Category = "Voxrig")
	FRotator LeftEyeRotation = FRotator::ZeroRotator;

	UPROPERTY(BlueprintReadOnly, Transient, Category = "Voxrig")
	FRotator RightEyeRotation = FRotator::ZeroRotator;

private:
	/** Found on the owner or on the actors that it is attached to. */
	TWeakObjectPtr<UVoxrigComponent> Component;
};
