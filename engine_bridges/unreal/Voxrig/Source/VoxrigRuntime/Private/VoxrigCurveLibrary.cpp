#include "VoxrigCurveLibrary.h"

#include "GameFramework/Actor.h"

#include "VoxrigComponent.h"

UVoxrigComponent* UVoxrigCurveLibrary::FindVoxrigComponent(const AActor* Actor)
{
	while (Actor != nullptr)
	{
		if (UVoxrigComponent* Component = Actor->FindComponentByClass<UVoxrigComponent>())
		{
			return Component;
		}
		const AActor* Above = Actor->GetParentActor();
		Actor = Above != nullptr ? Above : Actor->GetAttachParentActor();
	}
	return nullptr;
}

TMap<FName, float> UVoxrigCurveLibrary::GetScaledCurves(const UVoxrigComponent* Component, float Scale)
{
	TMap<FName, float> Curves;
	if (Component != nullptr)
	{
		Curves = Component->GetCurves();
		for (TPair<FName, float>& Curve : Curves)
		{
			Curve.Value *= Scale;
		}
	}
	return Curves;
}
