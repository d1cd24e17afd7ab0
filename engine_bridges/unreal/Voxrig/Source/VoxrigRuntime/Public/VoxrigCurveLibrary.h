#pragma once

#include "CoreMinimal.h"
#include "Kismet/BlueprintFunctionLibrary.h"

#include "VoxrigCurveLibrary.generated.h"

class AActor;
class UVoxrigComponent;

/** For Animation Blueprints that have a parent class of their own. */
UCLASS()
class VOXRIGRUNTIME_API UVoxrigCurveLibrary : public UBlueprintFunctionLibrary
{
	GENERATED_BODY()

public:
	/** The component of an actor, or of the actors that it is attached to or a child of; none: null. */
	UFUNCTION(BlueprintPure, Category = "Voxrig|Face")
	static UVoxrigComponent* FindVoxrigComponent(const AActor* Actor);

	/** A copy of its curves, each times Scale: for the pin Curve Map of Modify Curve. */
	UFUNCTION(BlueprintPure, Category = "Voxrig|Face")
	static TMap<FName, float> GetScaledCurves(const UVoxrigComponent* Component, float Scale = 1.0f);
};
