#include "AnimGraphNode_VoxrigBody.h"

#define LOCTEXT_NAMESPACE "AnimGraphNode_VoxrigBody"

FText UAnimGraphNode_VoxrigBody::GetNodeTitle(ENodeTitleType::Type TitleType) const
{
	return LOCTEXT("Title", "Voxrig Body");
}

FText UAnimGraphNode_VoxrigBody::GetTooltipText() const
{
	return LOCTEXT("Tooltip", "Puts the body of the actor's Voxrig component on the mesh, over the pose that comes in");
}

FText UAnimGraphNode_VoxrigBody::GetMenuCategory() const
{
	return LOCTEXT("Category", "Voxrig");
}

#undef LOCTEXT_NAMESPACE
