#pragma once

#include "Containers/Ticker.h"
#include "CoreMinimal.h"
#include "IDetailCustomization.h"
#include "Input/Reply.h"
#include "VoxrigServerTest.h"

/** Project Settings > Plugins > Voxrig: a button that asks the server, and its answer below. */
class FVoxrigSettingsDetails : public IDetailCustomization
{
public:
	virtual ~FVoxrigSettingsDetails() override;

	static TSharedRef<IDetailCustomization> MakeInstance();

	//~ Begin IDetailCustomization interface
	virtual void CustomizeDetails(IDetailLayoutBuilder& DetailBuilder) override;
	//~ End IDetailCustomization interface

private:
	FReply Test();
	bool Poll(float DeltaTime);
	FText GetText() const;
	bool CanTest() const;

	FVoxrigServerTest ServerTest;
	FTSTicker::FDelegateHandle Ticker;
	FText Text;
	bool bTesting = false;
};
