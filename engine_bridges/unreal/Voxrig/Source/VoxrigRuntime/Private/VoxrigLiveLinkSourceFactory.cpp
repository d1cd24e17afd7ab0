#include "VoxrigLiveLinkSourceFactory.h"

#include "Widgets/SWidget.h"

#include "VoxrigLiveLinkSource.h"

#define LOCTEXT_NAMESPACE "VoxrigLiveLinkSourceFactory"

FText UVoxrigLiveLinkSourceFactory::GetSourceDisplayName() const
{
	return LOCTEXT("SourceDisplayName", "Voxrig");
}

FText UVoxrigLiveLinkSourceFactory::GetSourceTooltip() const
{
	return LOCTEXT("SourceTooltip", "The faces of this project's Voxrig components, a subject each");
}

ULiveLinkSourceFactory::EMenuType UVoxrigLiveLinkSourceFactory::GetMenuType() const
{
	return GetPanelBuilder().IsBound() ? EMenuType::SubPanel : EMenuType::Disabled;
}

TSharedPtr<SWidget> UVoxrigLiveLinkSourceFactory::BuildCreationPanel(FOnLiveLinkSourceCreated OnLiveLinkSourceCreated) const
{
	return GetPanelBuilder().IsBound() ? GetPanelBuilder().Execute(this, OnLiveLinkSourceCreated) : nullptr;
}

TSharedPtr<ILiveLinkSource> UVoxrigLiveLinkSourceFactory::CreateSource(const FString& ConnectionString) const
{
	return FVoxrigLiveLinkSource::Make(ConnectionString);
}

FVoxrigBuildPanel& UVoxrigLiveLinkSourceFactory::GetPanelBuilder()
{
	static FVoxrigBuildPanel Builder;
	return Builder;
}

#undef LOCTEXT_NAMESPACE
