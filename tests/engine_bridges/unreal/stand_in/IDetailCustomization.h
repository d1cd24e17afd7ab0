// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "CoreMinimal.h"

class IDetailLayoutBuilder;

class IDetailCustomization : public TSharedFromThis<IDetailCustomization> {
public:
    virtual ~IDetailCustomization() {}
    virtual void CustomizeDetails(IDetailLayoutBuilder&) = 0;
};
