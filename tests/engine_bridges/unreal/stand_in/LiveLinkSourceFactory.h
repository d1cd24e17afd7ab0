// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "UObject/Object.h"

class ILiveLinkSource;
class SWidget;

class ULiveLinkSourceFactory : public UObject {
public:
    enum class EMenuType { SubPanel, MenuEntry, Disabled };
    DECLARE_DELEGATE_TwoParams(FOnLiveLinkSourceCreated, TSharedPtr<ILiveLinkSource>, FString);
    virtual FText GetSourceDisplayName() const = 0;
    virtual FText GetSourceTooltip() const = 0;
    virtual EMenuType GetMenuType() const;
    virtual TSharedPtr<SWidget> BuildCreationPanel(FOnLiveLinkSourceCreated) const;
    virtual TSharedPtr<ILiveLinkSource> CreateSource(const FString&) const;
};
