#include "VoxrigLiveLinkPanel.h"

#include "ILiveLinkSource.h"
#include "Widgets/Input/SButton.h"
#include "Widgets/Input/SEditableTextBox.h"
#include "Widgets/SBoxPanel.h"

#define LOCTEXT_NAMESPACE "VoxrigLiveLinkPanel"

void SVoxrigLiveLinkPanel::Construct(const FArguments& Arguments, const UVoxrigLiveLinkSourceFactory* InFactory,
	ULiveLinkSourceFactory::FOnLiveLinkSourceCreated InOnCreated)
{
	Factory = InFactory;
	OnCreated = InOnCreated;
	ChildSlot
	[
		SNew(SVerticalBox)
		+ SVerticalBox::Slot()
		.AutoHeight()
		.Padding(4.0f)
		[
			SAssignNew(Subjects, SEditableTextBox)
			.HintText(LOCTEXT("Subjects", "subjects, with commas; empty: all"))
		]
		+ SVerticalBox::Slot()
		.AutoHeight()
		.Padding(4.0f)
		[
			SNew(SButton)
			.Text(LOCTEXT("Create", "Add"))
			.OnClicked(this, &SVoxrigLiveLinkPanel::Create)
		]
	];
}

TSharedPtr<SWidget> SVoxrigLiveLinkPanel::Make(const UVoxrigLiveLinkSourceFactory* InFactory,
	ULiveLinkSourceFactory::FOnLiveLinkSourceCreated InOnCreated)
{
	return SNew(SVoxrigLiveLinkPanel, InFactory, InOnCreated);
}

FReply SVoxrigLiveLinkPanel::Create()
{
	if (Factory.IsValid())
	{
		const FString ConnectionString = Subjects->GetText().ToString();
		OnCreated.ExecuteIfBound(Factory->CreateSource(ConnectionString), ConnectionString);
	}
	return FReply::Handled();
}

#undef LOCTEXT_NAMESPACE
