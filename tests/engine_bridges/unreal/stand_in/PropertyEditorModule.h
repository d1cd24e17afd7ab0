// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "IDetailCustomization.h"
#include "Modules/ModuleManager.h"

using FOnGetDetailCustomizationInstance = TDelegateStandIn<TSharedRef<IDetailCustomization>>;

class FPropertyEditorModule : public IModuleInterface {
public:
    virtual void RegisterCustomClassLayout(FName, FOnGetDetailCustomizationInstance);
    virtual void UnregisterCustomClassLayout(FName);
};
