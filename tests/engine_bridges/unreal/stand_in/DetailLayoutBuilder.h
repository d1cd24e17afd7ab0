// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "CoreMinimal.h"

class IDetailCategoryBuilder;

class IDetailLayoutBuilder {
public:
    virtual IDetailCategoryBuilder& EditCategory(FName) = 0;
};
