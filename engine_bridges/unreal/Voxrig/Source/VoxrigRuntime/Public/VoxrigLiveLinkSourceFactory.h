#pragma once

#include "CoreMinimal.h"
#include "LiveLinkSourceFactory.h"

#include "VoxrigLiveLinkSourceFactory.generated.h"

class SWidget;

DECLARE_DELEGATE_RetVal_TwoParams(TSharedPtr<SWidget>, FVoxrigBuildPanel, const class UVoxrigLiveLinkSourceFactory*,
	ULiveLinkSourceFactory::FOnLiveLinkSourceCreated);

/** Live Link > + Source > Voxrig, and sources of presets. The connection string names the subjects, with commas; empty: all. */
UCLASS()
class VOXRIGRUNTIME_API UVoxrigLiveLinkSourceFactory : public ULiveLinkSourceFactory
{
	GENERATED_BODY()

public:
	//~ Begin ULiveLinkSourceFactory interface
	virtual FText GetSourceDisplayName() const override;
	virtual FText GetSourceTooltip() const override;
	virtual EMenuType GetMenuType() const override;
	virtual TSharedPtr<SWidget> BuildCreationPanel(FOnLiveLinkSourceCreated OnLiveLinkSourceCreated) const override;
	virtual TSharedPtr<ILiveLinkSource> CreateSource(const FString& ConnectionString) const override;
	//~ End ULiveLinkSourceFactory interface

	/** The editor module's panel; without it there is none. */
	static FVoxrigBuildPanel& GetPanelBuilder();
};
