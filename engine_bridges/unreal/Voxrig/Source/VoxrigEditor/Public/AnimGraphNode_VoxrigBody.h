#pragma once

#include "AnimGraphNode_Base.h"
#include "AnimNode_VoxrigBody.h"
#include "CoreMinimal.h"

#include "AnimGraphNode_VoxrigBody.generated.h"

/** The node Voxrig Body, in AnimGraphs. */
UCLASS()
class VOXRIGEDITOR_API UAnimGraphNode_VoxrigBody : public UAnimGraphNode_Base
{
	GENERATED_BODY()

public:
	UPROPERTY(EditAnywhere, Category = "Settings")
	FAnimNode_VoxrigBody Node;

	//~ Begin UEdGraphNode interface
	virtual FText GetNodeTitle(ENodeTitleType::Type TitleType) const override;
	virtual FText GetTooltipText() const override;
	virtual FText GetMenuCategory() const override;
	//~ End UEdGraphNode interface
};
