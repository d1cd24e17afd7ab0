#pragma once

#include "CoreMinimal.h"
#include "Input/Reply.h"
#include "VoxrigLiveLinkSourceFactory.h"
#include "Widgets/DeclarativeSyntaxSupport.h"
#include "Widgets/SCompoundWidget.h"

class SEditableTextBox;

/** Live Link > + Source > Voxrig: which subjects, and a button. */
class SVoxrigLiveLinkPanel : public SCompoundWidget
{
public:
	SLATE_BEGIN_ARGS(SVoxrigLiveLinkPanel) {}
	SLATE_END_ARGS()

	void Construct(const FArguments& Arguments, const UVoxrigLiveLinkSourceFactory* InFactory,
		ULiveLinkSourceFactory::FOnLiveLinkSourceCreated InOnCreated);

	static TSharedPtr<SWidget> Make(const UVoxrigLiveLinkSourceFactory* InFactory,
		ULiveLinkSourceFactory::FOnLiveLinkSourceCreated InOnCreated);

private:
	FReply Create();

	TWeakObjectPtr<const UVoxrigLiveLinkSourceFactory> Factory;
	ULiveLinkSourceFactory::FOnLiveLinkSourceCreated OnCreated;
	TSharedPtr<SEditableTextBox> Subjects;
};
