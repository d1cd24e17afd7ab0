#include "VoxrigSettingsDetails.h"

#include "DetailCategoryBuilder.h"
#include "DetailLayoutBuilder.h"
#include "DetailWidgetRow.h"
#include "Widgets/DeclarativeSyntaxSupport.h"
#include "Widgets/Input/SButton.h"
#include "Widgets/SBoxPanel.h"
#include "Widgets/Text/STextBlock.h"

#include "VoxrigSettings.h"

#define LOCTEXT_NAMESPACE "VoxrigSettingsDetails"

FVoxrigSettingsDetails::~FVoxrigSettingsDetails()
{
	FTSTicker::GetCoreTicker().RemoveTicker(Ticker);
}

TSharedRef<IDetailCustomization> FVoxrigSettingsDetails::MakeInstance()
{
	return MakeShared<FVoxrigSettingsDetails>();
}

void FVoxrigSettingsDetails::CustomizeDetails(IDetailLayoutBuilder& DetailBuilder)
{
	DetailBuilder.EditCategory(TEXT("Server"))
		.AddCustomRow(LOCTEXT("Filter", "Test Connection"))
		.WholeRowContent()
		[
			SNew(SVerticalBox)
			+ SVerticalBox::Slot()
			.AutoHeight()
			.Padding(0.0f, 4.0f)
			[
				SNew(SButton)
				.Text(LOCTEXT("Test", "Test Connection"))
				.ToolTipText(LOCTEXT("TestTip", "Asks the server above for its version, models and limits"))
				.IsEnabled(this, &FVoxrigSettingsDetails::CanTest)
				.OnClicked(this, &FVoxrigSettingsDetails::Test)
			]
			+ SVerticalBox::Slot()
			.AutoHeight()
			[
				SNew(STextBlock)
				.Text(this, &FVoxrigSettingsDetails::GetText)
				.AutoWrapText(true)
			]
		];
}

FReply FVoxrigSettingsDetails::Test()
{
	const UVoxrigSettings* Settings = GetDefault<UVoxrigSettings>();
	ServerTest.Begin(Settings->Host, Settings->Port);
	Text = LOCTEXT("Asking", "Asking the server...");
	bTesting = true;
	FTSTicker::GetCoreTicker().RemoveTicker(Ticker);
	Ticker = FTSTicker::GetCoreTicker().AddTicker(FTickerDelegate::CreateRaw(this, &FVoxrigSettingsDetails::Poll), 0.05f);
	return FReply::Handled();
}

bool FVoxrigSettingsDetails::Poll(float DeltaTime)
{
	if (!ServerTest.Poll())
	{
		return true;
	}
	Text = FText::FromString(ServerTest.GetText());
	bTesting = false;
	return false;
}

FText FVoxrigSettingsDetails::GetText() const
{
	return Text;
}

bool FVoxrigSettingsDetails::CanTest() const
{
	return !bTesting;
}

#undef LOCTEXT_NAMESPACE
