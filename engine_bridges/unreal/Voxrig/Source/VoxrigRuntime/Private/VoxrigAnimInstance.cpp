#include "VoxrigAnimInstance.h"

#include "VoxrigComponent.h"
#include "VoxrigCurveLibrary.h"

void UVoxrigAnimInstance::NativeUpdateAnimation(float DeltaSeconds)
{
	Super::NativeUpdateAnimation(DeltaSeconds);
	if (!Component.IsValid())
	{
		Component = UVoxrigCurveLibrary::FindVoxrigComponent(GetOwningActor());
	}
	if (const UVoxrigComponent* Found = Component.Get())
	{
		VoxrigCurves = Found->GetCurves();
		FQuat Head;
		FQuat LeftEye;
		FQuat RightEye;
		Found->GetMeshTurns(Head, LeftEye, RightEye);
		HeadRotation = Head.Rotator();
		LeftEyeRotation = LeftEye.Rotator();
		RightEyeRotation = RightEye.Rotator();
	}
}
