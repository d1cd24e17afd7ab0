#include "Modules/ModuleManager.h"
#include "PropertyEditorModule.h"

#include "VoxrigEditorLog.h"
#include "VoxrigLiveLinkPanel.h"
#include "VoxrigLiveLinkSourceFactory.h"
#include "VoxrigSettings.h"
#include "VoxrigSettingsDetails.h"
#include "VoxrigTakeMenu.h"

DEFINE_LOG_CATEGORY(LogVoxrigEditor);

/** The button in the project settings, the panel of the Live Link source, and Tools > Import Voxrig Take. */
class FVoxrigEditorModule : public IModuleInterface
{
public:
	virtual void StartupModule() override
	{
		FPropertyEditorModule& Properties = FModuleManager::LoadModuleChecked<FPropertyEditorModule>(PropertyEditor);
		Properties.RegisterCustomClassLayout(UVoxrigSettings::StaticClass()->GetFName(),
			FOnGetDetailCustomizationInstance::CreateStatic(&FVoxrigSettingsDetails::MakeInstance));
		UVoxrigLiveLinkSourceFactory::GetPanelBuilder().BindStatic(&SVoxrigLiveLinkPanel::Make);
		TakeMenu.Register();
	}

	virtual void ShutdownModule() override
	{
		TakeMenu.Unregister();
		UVoxrigLiveLinkSourceFactory::GetPanelBuilder().Unbind();
		FPropertyEditorModule* Properties = FModuleManager::Get().GetModulePtr<FPropertyEditorModule>(PropertyEditor);
		if (Properties != nullptr && UObjectInitialized())
		{
			Properties->UnregisterCustomClassLayout(UVoxrigSettings::StaticClass()->GetFName());
		}
	}

private:
	static inline const FName PropertyEditor = TEXT("PropertyEditor");

	FVoxrigTakeMenu TakeMenu;
};

IMPLEMENT_MODULE(FVoxrigEditorModule, VoxrigEditor);
