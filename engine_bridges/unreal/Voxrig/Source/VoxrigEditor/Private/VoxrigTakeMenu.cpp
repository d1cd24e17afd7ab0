#include "VoxrigTakeMenu.h"

#include "DesktopPlatformModule.h"
#include "Framework/Application/SlateApplication.h"
#include "IDesktopPlatform.h"
#include "IPythonScriptPlugin.h"
#include "Styling/SlateIcon.h"
#include "ToolMenus.h"

#include "VoxrigEditorLog.h"

#define LOCTEXT_NAMESPACE "VoxrigTakeMenu"

void FVoxrigTakeMenu::Register()
{
	UToolMenus::RegisterStartupCallback(FSimpleMulticastDelegate::FDelegate::CreateRaw(this, &FVoxrigTakeMenu::Fill));
}

void FVoxrigTakeMenu::Unregister()
{
	UToolMenus::UnRegisterStartupCallback(this);
	UToolMenus::UnregisterOwner(this);
}

void FVoxrigTakeMenu::Fill()
{
	FToolMenuOwnerScoped Owner(this);
	UToolMenu* Menu = UToolMenus::Get()->ExtendMenu("LevelEditor.MainMenu.Tools");
	FToolMenuSection& Section = Menu->FindOrAddSection("Voxrig", LOCTEXT("Section", "Voxrig"));
	Section.AddMenuEntry("VoxrigImportTake", LOCTEXT("Import", "Import Voxrig Take..."),
		LOCTEXT("ImportTip", "Makes an animation sequence of a CSV that `voxrig bake` wrote, on the skeleton that is selected in the Content Browser"),
		FSlateIcon(), FUIAction(FExecuteAction::CreateStatic(&FVoxrigTakeMenu::Import)));
}

void FVoxrigTakeMenu::Import()
{
	IPythonScriptPlugin* Python = IPythonScriptPlugin::Get();
	IDesktopPlatform* Platform = FDesktopPlatformModule::Get();
	if (Python == nullptr || !Python->IsPythonAvailable() || Platform == nullptr)
	{
		UE_LOG(LogVoxrigEditor, Error, TEXT("Import Voxrig Take needs the Python Editor Script Plugin: enable it in Edit > Plugins"));
		return;
	}
	TArray<FString> Files;
	const void* Window = FSlateApplication::Get().FindBestParentWindowHandleForDialogs(nullptr);
	Platform->OpenFileDialog(Window, TEXT("Voxrig takes"), FString(), FString(), TEXT("Voxrig take (*.csv)|*.csv"),
		EFileDialogFlags::Multiple, Files);
	for (const FString& File : Files)
	{
		// Hexadecimal: no character of a path can end the text.
		FTCHARToUTF8 Utf8(*File);
		const FString Hex = BytesToHex(reinterpret_cast<const uint8*>(Utf8.Get()), Utf8.Length());
		Python->ExecPythonCommand(*FString::Printf(
			TEXT("import import_voxrig_take\nimport_voxrig_take.import_on_selection(bytes.fromhex('%s').decode('utf-8'))"), *Hex));
	}
}

#undef LOCTEXT_NAMESPACE
