#include "VoxrigSettings.h"

UVoxrigSettings::UVoxrigSettings()
{
	SectionName = TEXT("Voxrig");
}

FName UVoxrigSettings::GetCategoryName() const
{
	return TEXT("Plugins");
}
