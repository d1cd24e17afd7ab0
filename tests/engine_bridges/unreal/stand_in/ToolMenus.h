// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "Styling/SlateIcon.h"
#include "UObject/Object.h"

using FExecuteAction = TDelegateStandIn<void>;
struct FUIAction {
    FUIAction(FExecuteAction);
};
struct FToolMenuOwner {
    FToolMenuOwner(void*);
};
class FToolMenuOwnerScoped {
public:
    FToolMenuOwnerScoped(FToolMenuOwner);
    FToolMenuOwnerScoped(void*);
};
struct FToolUIActionChoice {
    FToolUIActionChoice(const FUIAction&);
};
struct FToolMenuSection {
    void AddMenuEntry(const FName, const FText&, const FText&, const FSlateIcon&, const FToolUIActionChoice&);
};
class UToolMenu : public UObject {
public:
    FToolMenuSection& FindOrAddSection(const FName, const FText&);
};
class UToolMenus : public UObject {
public:
    static UToolMenus* Get();
    static void RegisterStartupCallback(const FSimpleMulticastDelegate::FDelegate&);
    static void UnRegisterStartupCallback(const void*);
    static void UnregisterOwner(FToolMenuOwner);
    UToolMenu* ExtendMenu(const FName);
};
